import { escapeLine } from '../../provenance/message-escape.ts'
import type { RoomHost } from '../../repository/room-host.ts'
import type { CommitProof } from '../../repository/verify.ts'
import { shortId } from '../commit-text.ts'
import { count } from '../count.ts'
import { defineCommand } from '../define-command.ts'
import { exitStatus } from '../exit-code.ts'
import { withWorkspace } from '../open-workspace.ts'
import { optionalWord } from '../parameters.ts'
import type { Style } from '../style.ts'

export const verifyCommand = defineCommand<object, [string?]>({
  brief: 'Check signatures and records, and say what they prove',
  about:
    'Whose signatures count is what Git is told by gpg.ssh.allowedSignersFile. Exits with 1 if something is not as it should be: a broken\nsignature, or a record other than the one that was signed. What is merely not proven is said, and no finding.',
  examples: [
    ['ai-vcs verify', 'all history of this branch'],
    ['ai-vcs verify origin/main..HEAD', 'what a push would send'],
  ],
  flags: {},
  positional: { kind: 'tuple', parameters: [optionalWord('A revision or range; HEAD unless told', 'range')] },
  run: async (context, _, range = 'HEAD') => {
    const { verifyRange } = await import('../../repository/verify.ts')
    const { inRoom } = await import('../../repository/in-room.ts')
    const { output, signal } = context
    const onProgress = (done: number, of: number) => output.progress(`checked ${done} of ${of} commits`)
    const report = await withWorkspace(context, async (workspace) => {
      const here = (host: RoomHost | undefined) => Promise.resolve([...(host?.room.recomputed ?? [])])
      const merges = await inRoom(workspace, { method: 'recomputed', here, isReading: true, signal })
      return verifyRange(workspace, range, { recomputed: new Set(merges), signal, onProgress })
    })
    const { checked, signed, recorded, findings, commits } = report
    output.result(report, () =>
      [
        ...commits.map((proof) => proofText(proof, output.style)),
        `${count(checked, 'commit')}: ${signed} with a good signature, ${recorded} with a record that it covers, ${count(findings, 'finding')}`,
      ].join('\n'),
    )
    return findings ? exitStatus.conflict : exitStatus.ok
  },
})

function proofText({ commit, subject, proven, notProven, findings }: CommitProof, style: Style): string {
  return [
    `${style.notable(shortId(commit))} ${escapeLine(subject)}`,
    ...proven.map((text) => `  ${style.good('proven')}      ${escapeLine(text)}`),
    ...notProven.map((text) => `  ${style.faint('not proven')}  ${escapeLine(text)}`),
    ...findings.map((text) => `  ${style.bad('FINDING')}     ${escapeLine(text)}`),
  ].join('\n')
}
