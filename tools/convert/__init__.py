"""Steps of the model conversion; `tools/convert_models.py` runs them in order."""
