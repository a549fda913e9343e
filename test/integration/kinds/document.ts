import { kindGroups } from './kinds.ts'

/** The text of docs/git-compatibility.md. */
export function compatibilityDocument(): string {
  return `# Git compatibility

<!-- Generated from test/integration/kinds by \`npm run docs:git\`; edit the kinds there. -->

Each line of these lists is a test. A repository of that kind is made by git and copied; \`ai-vcs\` works in the one, \`git\` in the other.
Then tree and parents, index, status, the tree of the next commit and the files in \`.git\` have to be equal, and \`git fsck --strict\` has to
be content. Where no git program is installed, the same is done in plain repositories, and nothing in any other (\`GIT_MISSING\`). What
is refused has left refs, index and files as they were.

${withoutGit}
${kindGroups.map(section).join('\n')}`
}

const withoutGit = `## Without a git program

A plain repository has no attributes, filters, line-end settings or submodules where files are touched, an index that git writes by default, and
settings that stand in the usual files. There:

| what                                                  | without git                                                                                                               | shown by                                        |
| ----------------------------------------------------- | ------------------------------------------------------------------------------------------------------------------------- | ----------------------------------------------- |
| \`init\`, \`commit\`, \`log\`, \`verify\`, \`undo\`, \`uninit\`   | as with git                                                                                                               | \`test/cli/without-git.test.ts\`, the kinds below |
| \`status\`, \`add\`, \`diff\`, \`show\`, \`branch\`, \`checkout\` | as with git; of renames only those that left the content as it was; a diff may place a change elsewhere among equal lines | \`test/cli/plain-without-git.test.ts\`            |
| \`merge\`                                               | files as rooms merge them; renames, crossing histories and conflicts are refused, with nothing changed                    | \`test/integration/git/merge-trees.test.ts\`      |
| \`push\`, \`pull\`                                        | over HTTP, by isomorphic-git; branch and records in one step where the remote can; no rebase, no tags                     | \`test/integration/remotes/without-git.test.ts\`  |
| \`collab\`, \`rejoin-room\`                               | as with git; packs are larger                                                                                             | \`test/cli/collab-without-git.test.ts\`           |
| ssh, git and file remotes, proxies, \`insteadOf\`       | refused by name                                                                                                           | \`test/integration/remotes/without-git.test.ts\`  |
| \`graph\`                                               | the same commits in the same order; a line that crosses others may take another way                                       | \`test/cli/plain-without-git.test.ts\`            |
| hooks                                                 | refused where one would run                                                                                               | the kinds below                                 |
`

function section({ feature, how, kinds }: (typeof kindGroups)[number]): string {
  const lines = kinds.map(({ verb = 'commit', name, refused }) =>
    refused ? `- refused (\`${refused.code}\`): a ${verb} ${name}; ${refused.because}` : `- a ${verb} ${name}`,
  )
  return `## ${feature}\n\n${how}\n\n${lines.join('\n')}\n`
}
