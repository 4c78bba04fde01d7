"""What the scripts of this folder share: hosts in network namespaces, `otn live` between them, tables of results."""
