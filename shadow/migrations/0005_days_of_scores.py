"""What was scored before there were sums by the day is added up from the hours, once."""

from datetime import UTC

from django.db import migrations
from django.db.models import Sum
from django.db.models.functions import TruncDay

COUNTS = ("scored", "compliant", "unscored")
AT_ONCE = 1000


def add_up_days(apps, _editor):
    ScoreBucket, ScoreDay = (apps.get_model("shadow", name) for name in ("ScoreBucket", "ScoreDay"))
    ScoreDay.objects.all().delete()
    rows = (
        ScoreBucket.objects.annotate(day=TruncDay("bucket_at", tzinfo=UTC))
        .values("companion_id", "scorer", "day")
        .annotate(**{f"{name}_sum": Sum(name) for name in COUNTS})
        .order_by()
    )
    made = []
    for row in rows.iterator(AT_ONCE):
        counts = {name: row[f"{name}_sum"] for name in COUNTS}
        made.append(ScoreDay(companion_id=row["companion_id"], scorer=row["scorer"], day=row["day"], **counts))
    ScoreDay.objects.bulk_create(made, batch_size=AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [("shadow", "0004_standing")]
    operations = [migrations.RunPython(add_up_days, migrations.RunPython.noop)]
