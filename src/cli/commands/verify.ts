import { escapeLine } from '../../provenance/message-escape.ts'
import type { RoomHost } from '../../repository/room-host.ts'
import type { CommitProof } from '../../repository/commit-proof.ts'
import { shortId } from '../commit-text.ts'
import { count } from '../count.ts'
import { defineCommand } from '../define-command.ts'
import { exitStatus } from '../exit-code.ts'
import { withHistory } from '../open-workspace.ts'
import { revisionList } from '../parameters.ts'
import type { Style } from '../style.ts'

export const verifyCommand = defineCommand<object, string[]>({
  brief: 'Check signatures and records, and say what they prove',
  about:
    'Whose SSH signatures count is what Git is told by gpg.ssh.allowedSignersFile, beside the members of rooms; of OpenPGP signatures,\nand of keys with conditions or a file of revoked ones, git is asked. Exits with 1 if something is not as it should be: a broken signature, a key that is none of the committer, or a record other\nthan the one that was signed. What is merely not proven is said, and no finding.',
  examples: [
    ['ai-vcs verify', 'all history of this branch'],
    ['ai-vcs verify origin/main..HEAD', 'what a push would send'],
    ['ai-vcs verify main feature ^v1.0', 'several branches, without what a release has'],
  ],
  flags: {},
  positional: revisionList('Revisions and ranges; HEAD unless told', 'range'),
  run: async (context, _, ...words) => {
    const { verifyRange } = await import('../../repository/verify.ts')
    const { inRoom } = await import('../../repository/in-room.ts')
    const { output, signal } = context
    const onProgress = (done: number, of: number) => output.progress(`checked ${done} of ${of} commits`)
    const report = await withHistory(context, async (workspace) => {
      const here = (host: RoomHost | undefined) => Promise.resolve([...(host?.room.recomputed ?? [])])
      const merges = workspace.git.hasFiles
        ? await inRoom(workspace, { method: 'recomputed', here, isReading: true, signal })
        : []
      return verifyRange(workspace, words.length ? words : ['HEAD'], {
        recomputed: new Set(merges),
        signal,
        onProgress,
      })
    })
    const { checked, signed, recorded, findings, commits, cutOff } = report
    const bare = checked - commits.length
    const parts = [
      `${signed} with a good signature`,
      `${recorded} with a record that it covers`,
      ...(bare ? [`${bare} with nothing to check`] : []),
      count(findings, 'finding'),
    ]
    output.result(report, () =>
      [
        ...commits.map((proof) => proofText(proof, output.style)),
        ...cutOff.map(
          (id) => `${output.style.notable(shortId(id))} not looked at: what came before it is not in this clone`,
        ),
        `${count(checked, 'commit')}: ${parts.join(', ')}`,
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
