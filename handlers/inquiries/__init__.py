"""Questions to producers and what belongs to them: drafts, answers, officers, membership, corrections, notices."""
