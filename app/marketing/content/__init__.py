"""Content: briefs, and what is written from them. No post is made here: drafts are publishing's."""
