"""What receivers ask of the domain that emails are sent from: SPF, DKIM, DMARC, and what they do without."""
