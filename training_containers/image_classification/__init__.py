"""The image classification program: labelled pictures to a model package, from ImageNet weights or from scratch."""
