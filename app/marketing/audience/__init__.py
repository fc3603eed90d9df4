"""Who the followers are: features, segments by rule and by cluster, cohorts."""
