from ..intake.shop import filled  # noqa: F401 - a fixture
from ..operations.conftest import (  # noqa: F401 - fixtures
    database_kind,
    made_once,
    server,
    workspace,
)
