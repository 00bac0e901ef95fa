"""The program that runs a domain's edge model on a Raspberry Pi: fetches releases, checks them, predicts, reports."""
