"""The eyes of a visitor."""

import pytest
from bs4 import BeautifulSoup


@pytest.fixture
def read(client):
    """Return a function that reads a page as a visitor does."""

    def read(page_or_path) -> BeautifulSoup:
        path = page_or_path if isinstance(page_or_path, str) else page_or_path.get_url()
        response = client.get(path)
        assert response.status_code == 200, path
        return BeautifulSoup(response.content, "html.parser")

    return read
