from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("municipal", "0005_version_floor"),
    ]

    operations = [
        migrations.RenameField("syncstate", "image_id", "image_ids"),
        migrations.AlterField(
            model_name="syncstate",
            name="image_ids",
            field=models.CharField(blank=True, max_length=500),
        ),
    ]
