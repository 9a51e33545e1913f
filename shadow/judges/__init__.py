"""Who can be asked to judge: companions, and services that speak like OpenAI's, behind charter's own ``Judge``.

    KAIZEN_JUDGES ─▶ Binding (read strictly) ─▶ bound judges, each behind its breaker ─▶ registry.egress

Off while the setting is empty. Being bound admits nobody: ``charter.judging`` tests a judge before it may judge.
"""
