"""``python -m lintas_models.steady_tf2onnx …``: tf2onnx's command line with an order that does not change from run to run.

tf2onnx keeps nodes in sets. A set's order follows the hash, a node's hash its address in memory, and so the optimiser
took different paths and wrote different files. A serial number as hash makes the order that of creation.
"""

import itertools

from tf2onnx import convert
from tf2onnx.graph import Node

_serial = itertools.count()
_init = Node.__init__


def _numbered(self: Node, *args: object, **kwargs: object) -> None:
    self.serial = next(_serial)
    _init(self, *args, **kwargs)


Node.__init__ = _numbered
Node.__hash__ = lambda self: self.serial

if __name__ == "__main__":
    convert.main()
