import { kindGroups } from './kinds.ts'

/** The text of docs/git-compatibility.md. */
export function compatibilityDocument(): string {
  return `# Git compatibility

<!-- Generated from test/integration/kinds by \`npm run docs:git\`; edit the kinds there. -->

Each line of these lists is a test. A repository of that kind is made by git and copied; \`ai-vcs\` works in the one, \`git\` in the other.
Then tree and parents, index, status, the tree of the next commit and the files in \`.git\` have to be equal, and \`git fsck --strict\` has to
be content. Where no git program is installed, the same is done in plain repositories, and nothing in any other (\`GIT_MISSING\`). What
is refused has left refs, index and files as they were.

${kindGroups.map(section).join('\n')}`
}

function section({ feature, how, kinds }: (typeof kindGroups)[number]): string {
  const lines = kinds.map(({ verb = 'commit', name, refused }) =>
    refused ? `- refused (\`${refused.code}\`): a ${verb} ${name}; ${refused.because}` : `- a ${verb} ${name}`,
  )
  return `## ${feature}\n\n${how}\n\n${lines.join('\n')}\n`
}
