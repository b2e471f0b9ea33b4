"""The desk that imports cases."""

from pathlib import Path

import pytest

from tests.services.importing.case_files import Desk
from tests.shop import Shop


@pytest.fixture
def desk(shop: Shop, tmp_path: Path) -> Desk:
    return Desk(shop, tmp_path)
