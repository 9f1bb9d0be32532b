from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("municipal", "0003_remote_records"),
    ]

    operations = [
        migrations.AlterField(
            model_name="syncstate",
            name="finding",
            field=models.CharField(
                blank=True,
                choices=[
                    ("edited", "edited there"),
                    ("trashed", "moved to the trash there"),
                    ("deleted", "deleted there"),
                    ("twice", "copied there"),
                ],
                max_length=10,
            ),
        ),
    ]
