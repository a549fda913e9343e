import { defineCommand } from '../define-command.ts'
import { withHistory } from '../open-workspace.ts'
import { optionalBranchWord, toggle } from '../parameters.ts'
import { commitText } from '../commit-text.ts'

export const showCommand = defineCommand<{ stat: boolean }, [string?]>({
  brief: 'Show a commit, its record and its changes',
  examples: [
    ['ai-vcs show', 'the last commit'],
    ['ai-vcs show --stat HEAD~3', 'another one, with numbers of lines instead of a patch'],
  ],
  flags: { stat: toggle('Numbers of lines instead of the patch') },
  positional: { kind: 'tuple', parameters: [optionalBranchWord('The commit; HEAD unless told', 'revision')] },
  run: async (context, { stat }, revision = 'HEAD') => {
    const { readCommitView } = await import('../../repository/list-commits.ts')
    const { commitFileDifferences, commitPatch } = await import('../../repository/show-diff.ts')
    const { output, signal } = context
    await withHistory(context, async (workspace) => {
      const view = await readCommitView(workspace, revision, signal)
      if (output.isJson) {
        const files = await commitFileDifferences(workspace, view.commit, signal)
        output.result({ ...view, files }, () => '')
        return
      }
      const options = { isColored: output.style.isOn, isStat: stat, signal }
      const patch = await commitPatch(workspace, view.commit, options)
      const prompt = view.record?.prompt
      const whole = prompt?.trim().includes('\n') ? `\nThe whole prompt:\n\n${indented(prompt)}\n` : ''
      output.result({}, () => `${commitText(view, output.style)}${whole}\n${patch}`)
    })
  },
})

function indented(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
}
