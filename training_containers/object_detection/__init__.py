"""The object detection program: pictures with boxes to a model package, from a backbone's ImageNet weights."""
