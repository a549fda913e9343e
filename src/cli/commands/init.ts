import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'
import { toggle } from '../parameters.ts'

export const initCommand = defineCommand<{ hooks: boolean; mergeDriver: boolean; mergeTool: boolean }>({
  brief: 'Set up ai-vcs in this repository',
  about:
    'Makes a member key if you have none, writes ai-vcs.config.yaml and .ai/meta/, and tells Git about records and signatures.\nHistory, refs and your files stay as they are; `ai-vcs uninit` takes it all away again.',
  examples: [
    ['ai-vcs init', 'set up, or add what is missing'],
    ['ai-vcs init --hooks', 'and let plain git tell the rooms of its commits'],
    ['ai-vcs init --merge-driver', 'and let `git merge`, `rebase` and the like merge by syntax'],
    ['ai-vcs init --merge-tool', 'and let `git mergetool -t ai-vcs` resolve what it can'],
  ],
  flags: {
    hooks: toggle('Write the Git hooks post-commit, post-merge and post-rewrite, which call `ai-vcs take-in`'),
    mergeDriver: toggle('Make `ai-vcs merge-driver` the default merge driver of Git in this repository'),
    mergeTool: toggle('Tell `git mergetool` of the tool ai-vcs, which resolves conflicts by syntax'),
  },
  run: async (context, { hooks: withHooks, mergeDriver: withMergeDriver, mergeTool: withMergeTool }) => {
    const { initRepository } = await import('../../repository/init.ts')
    const report = await withWorkspace(context, (workspace) =>
      initRepository(workspace, { withHooks, withMergeDriver, withMergeTool, signal: context.signal }),
    )
    const { key, files, config, hooks, takenHooks, takenDriver, isSignerListUsed } = report
    context.output.result(report, () =>
      [
        files.length || config.length || hooks.length
          ? `Set up ai-vcs in ${report.workTree}`
          : 'ai-vcs is set up here already.',
        `key      ${key.did ?? key.fingerprint}${key.isNew ? ` (new, in ${key.path})` : ''}`,
        ...files.map((path) => `wrote    ${path}`),
        ...config.map(({ name, value }) => `git      ${name} = ${value}`),
        ...hooks.map((name) => `hook     ${name}`),
      ].join('\n'),
    )
    if (takenHooks.length)
      context.output.warn(
        `There are hooks of your own; add \`ai-vcs take-in\` to these if you want it there: ${takenHooks.join(', ')}`,
      )
    if (takenDriver !== undefined)
      context.output.warn(
        `Git merges by ${takenDriver} here; for ours: git config merge.default ai-vcs, and run \`ai-vcs init --merge-driver\` again.`,
      )
    if (!isSignerListUsed)
      context.output.warn(`Git uses a list of signers of your own; add this line to it: ${key.publicKey}`)
  },
})
