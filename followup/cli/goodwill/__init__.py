"""followup gesture | approval | voucher | budget | policy."""
