/** What `init` writes as `ai-vcs.config.yaml`: every line is a comment, so that it changes nothing by itself. */
export const settingsTemplate = `# Settings of ai-vcs for this repository. All of them have defaults; \`ai-vcs config list\` shows what counts
# and where it comes from. Your own file (~/.config/anvcs/config.yaml) and AI_VCS_* variables go before this one.
# Keys and servers have their place there: a clone must not choose them.

# room:
#   autoMerge: apply    # or offer: heads that merge cleanly wait for \`ai-vcs merge\`
#   follow: true        # false: commits of the room only move refs/remotes/room/<branch>

# commit:
#   agent: \${AI_VCS_AGENT:-}
#   model: \${AI_VCS_MODEL:-}

# provenance:
#   store: notes        # or files: records lie in .ai/records of each commit, for remotes that carry no notes
`
