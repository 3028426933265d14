"""Pinned conversion of the weights that LINTAS ships: registry package in, ONNX file out, byte for byte."""
