"""What a clinic says of itself (clinic/*.yml): its facts and hours, its colours, the crisis lines of its region."""
