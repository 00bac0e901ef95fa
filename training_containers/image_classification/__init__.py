"""The image classification program: MobileNetV2 on labelled pictures, to a model package."""
