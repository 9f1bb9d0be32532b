"""The port through which changes leave, and the connector of each kind of destination."""

from django.utils.translation import gettext_lazy as _

from cms.encryption import UnreadableSecretError
from cms.stored_words import say
from integrations.municipal.connectors.base import Connector, ConnectorError
from integrations.municipal.connectors.webhook import WebhookConnector
from integrations.municipal.connectors.wordpress import WordPressConnector
from integrations.municipal.connectors.wordpress.client import Client
from integrations.municipal.mapping import mapping_of
from integrations.municipal.models import Destination

__all__ = ["Connector", "ConnectorError", "connect"]


def connect(destination: Destination) -> Connector:
    """Return a connector for the destination as it is configured now; close it at the end.

    Raises ConnectorError when the stored secret cannot be read.
    """
    try:
        secrets = destination.secrets()
    except UnreadableSecretError as error:
        raise ConnectorError(
            say(_("Its secret cannot be read with the SECRETS_KEY in force. Enter it again.")),
            is_about_destination=True,
        ) from error
    match Destination.Kind(destination.kind):
        case Destination.Kind.WEBHOOK:
            return WebhookConnector(
                url=destination.url, secrets=secrets, destination_id=destination.pk
            )
        case Destination.Kind.WORDPRESS:
            return WordPressConnector(
                client=Client(
                    url=destination.url, username=destination.username, password=secrets[0]
                ),
                mapping=mapping_of(destination),
                destination_id=destination.pk,
                is_ours_winning=destination.hand_edits == Destination.HandEdits.OURS,
            )
