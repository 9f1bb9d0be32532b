from collections.abc import Iterator

import pytest

from tests.demo.running import RunningDemo, own_database


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    """One demo for all tests of this folder: each leaves it in agreement again."""
    folder = tmp_path_factory.mktemp("demo")
    with own_database(folder) as database_url:
        demo = RunningDemo(folder, database_url)
        try:
            demo.start()
            yield demo
            demo.stop()
        finally:
            demo.kill()
