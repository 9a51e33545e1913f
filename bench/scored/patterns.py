"""presidio-analyzer's patterns, run by the Python that has it: no model for names, no list fetched from the network.

Says how many recognisers there are of the kinds that our rules know too, and of all for English. Then reads a list of
texts a line, and answers with CPU seconds and finds of each of the two.
"""

import json
import logging
import sys
import time

import tldextract
from presidio_analyzer import PatternRecognizer, RecognizerRegistry
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

BOTH = {"CREDIT_CARD", "IBAN_CODE", "EMAIL_ADDRESS", "PHONE_NUMBER", "US_SSN", "IP_ADDRESS"}


def main():
    logging.disable(logging.CRITICAL)
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    every = [one for one in registry.recognizers if isinstance(one, (PatternRecognizer, PhoneRecognizer))]
    both = [one for one in every if BOTH.intersection(one.supported_entities)]
    print(json.dumps({"both": len(both), "every": len(every)}), flush=True)
    for line in sys.stdin:
        texts = json.loads(line)
        print(json.dumps([cost(both, texts), cost(every, texts)]), flush=True)


def cost(recognizers, texts):
    began, found = time.process_time(), 0
    for text in texts:
        for one in recognizers:
            found += len(one.analyze(text, one.supported_entities, None) or ())
    return time.process_time() - began, found


if __name__ == "__main__":
    main()
