"""Clinic staff: accounts, roles, sign-in, sessions, the audit trail."""
