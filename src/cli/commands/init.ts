import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'

export const initCommand = defineCommand({
  brief: 'Set up ai-vcs in this repository',
  about:
    'Makes a member key if you have none, writes ai-vcs.config.yaml and .ai/, and tells Git about records and signatures.\nHistory, refs and your files stay as they are; `ai-vcs uninit` takes it all away again.',
  examples: [['ai-vcs init', 'set up, or add what is missing']],
  flags: {},
  run: async (context) => {
    const { initRepository } = await import('../../repository/init.ts')
    const report = await withWorkspace(context, (workspace) => initRepository(workspace, context.signal))
    const { key, files, config, isSignerListUsed } = report
    context.output.result(report, () =>
      [
        files.length || config.length ? `Set up ai-vcs in ${report.workTree}` : 'ai-vcs is set up here already.',
        `key      ${key.did ?? key.fingerprint}${key.isNew ? ` (new, in ${key.path})` : ''}`,
        ...files.map((path) => `wrote    ${path}`),
        ...config.map(({ name, value }) => `git      ${name} = ${value}`),
      ].join('\n'),
    )
    if (!isSignerListUsed)
      context.output.warn(`Git uses a list of signers of your own; add this line to it: ${key.publicKey}`)
  },
})
