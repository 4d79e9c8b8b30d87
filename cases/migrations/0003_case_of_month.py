from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_promises"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["received_at"], name="case_of_month"),
        ),
    ]
