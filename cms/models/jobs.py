from django.db import models


class JobState(models.Model):
    """What is known of one kind of background job: its wake-up, its heartbeat, its last error.

    Wake-ups are coalesced here: while one waits in the queue, a second is not put there.
    """

    name = models.CharField(max_length=50, primary_key=True)
    requests = models.PositiveBigIntegerField(default=0)
    queued_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    last_error_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
