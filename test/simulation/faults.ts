import type { MeetingName } from './directed.ts'

/** One place of the compiled program, as it is and as it is not to be. */
export interface PlantedChange {
  readonly file: string
  readonly from: string
  readonly to: string
}

/** A rule that is switched off, and a meeting that notices it. */
export interface PlantedFault {
  readonly rule: string
  readonly changes: readonly PlantedChange[]
  readonly meeting: MeetingName
  /** What breaks, as the meeting tells it. */
  readonly breaks: RegExp
}

/** Faults that are planted into the compiled program when it is loaded: the program itself knows nothing of them. */
export const plantedFaults: readonly PlantedFault[] = [
  {
    rule: 'a commit has a state of each file, not one of all',
    changes: [
      {
        file: 'src/history/naming.js',
        from: 'for (const [file, state] of named.states)\n        states.set(file, state);',
        to: 'for (const file of view.history.files)\n        states.set(file, view.currentState(file));',
      },
    ],
    meeting: 'oneFileOfTwo',
    breaks: /^lost: walrus/,
  },
  {
    rule: 'a file that is staged in part has no state of its own',
    changes: [
      {
        file: 'src/history/naming.js',
        from: 'for (const file of named.partial)\n        partial.add(file);',
        to: '',
      },
      { file: 'src/history/naming.js', from: "return 'a text is not the blob';", to: 'continue;' },
      { file: 'src/history/naming.js', from: "return 'the tree holds what no state explains';", to: 'continue;' },
    ],
    meeting: 'stagedInPart',
    breaks: /^doubled: weasel/,
  },
  {
    rule: 'after a partial parent a rename is typed although the text is as it was',
    changes: [
      {
        file: 'src/history/typing.js',
        from: 'if (isSameValue(value, target))',
        to: 'if (parent ? parent.text === target.text : isSameValue(value, target))',
      },
    ],
    meeting: 'stagedInPartThenRenamed',
    breaks: /^paths: /,
  },
  {
    rule: 'who comes back has its time to announce what it committed before',
    changes: [
      {
        file: 'src/journal/feed-index.js',
        from: 'rows.at(-1).timeMs - first.timeMs',
        to: 'rows.at(-1).timeMs - sinceMs',
      },
    ],
    meeting: 'announcedAfterRestart',
    breaks: /^named: [23]/,
  },
  {
    rule: 'a file that is gone is explained by another one where it was',
    changes: [{ file: 'src/room/commit-states.js', from: ' || this.#isTaken(old, file, look)', to: '' }],
    meeting: 'replacedByAnother',
    breaks: /^refused: /,
  },
  {
    rule: 'an adopted commit has its files where its record tells',
    changes: [
      {
        file: 'src/history/targets.js',
        from: 'toldTargets(history, tree, layout, paths, recorded)',
        to: 'new Map()',
      },
    ],
    meeting: 'severalAdopted',
    breaks: /^paths: /,
  },
  {
    rule: 'what a record tells of a file is exact, also after a partial parent',
    changes: [{ file: 'src/history/outside.js', from: ' && !files.includes(file)', to: '' }],
    meeting: 'adoptedAfterPartial',
    breaks: /^doubled: /,
  },
  {
    rule: 'the base of a merge is the text at the meet of both states',
    changes: [
      {
        file: 'src/history/merge-heads.js',
        from: 'exact ? meetValue(history, file, leftState, rightState) : ancestorValue(history, file, a, b)',
        to: 'ancestorValue(history, file, a, b)',
      },
    ],
    meeting: 'deletedBetweenHeads',
    breaks: /^returned: walrus/,
  },
  {
    rule: 'a commit of the room waits for its operations and is never typed',
    changes: [
      {
        file: 'src/room/room-commits.js',
        from: 'if (commits.isOfRoom(commit))\n            return this.#takeInRecorded(commit, isAdopted, durable);',
        to: '',
      },
      { file: 'src/room/room-commits.js', from: 'if (heardMs !== undefined && ', to: 'if (false && ' },
      { file: 'src/history/judge.js', from: 'if (facts.isOfRoom(commit))', to: 'if (false)' },
    ],
    meeting: 'pulledAhead',
    breaks: /^doubled: ben shows walrus/,
  },
  {
    rule: 'a commit has one state: the join of all that are named for it',
    changes: [
      {
        file: 'src/history/joined-anchor.js',
        from: 'if (whole)\n        return whole;',
        to: 'if (own[0])\n        return own[0];',
      },
    ],
    meeting: 'adoptedThenAnnounced',
    breaks: /^doubled: walrus/,
  },
  {
    rule: 'the author of a commit tells which file lies where, and not who told it without the states',
    changes: [
      {
        file: 'src/history/joined-anchor.js',
        from: 'exactFor(history, file, named) ?? exactFor(history, file, own)',
        to: 'exactFor(history, file, own)',
      },
    ],
    meeting: 'createdAndAdoptedFromOutside',
    breaks: /^doubled: walrus/,
  },
  {
    rule: 'a commit whose parents have other files by now is told anew',
    changes: [{ file: 'src/history/joined-anchor.js', from: 'return shows && lacks;', to: 'return false;' }],
    meeting: 'pulledOnAdoptedFromOutside',
    breaks: /^doubled: walrus/,
  },
  {
    rule: 'states are joined commit by commit, parents first, and not at the heads alone',
    changes: [
      {
        file: 'src/room/room-commits.js',
        from: 'for (const commit of Array.from(views.live().commits)) {',
        to: 'for (const { commit } of headsOf(views.live())) {',
      },
      { file: 'src/history/joined-anchor.js', from: 'joinAll([...own, ...parents])', to: 'joinAll(own)' },
    ],
    meeting: 'childrenOfTwoStates',
    breaks: /^doubled: walrus/,
  },
  {
    rule: 'states are mended before anything is shown',
    changes: [
      {
        file: 'src/room/room.js',
        from: 'this.#state.mend(() => this.#inBackground(this.commits.repair()));',
        to: ';',
      },
    ],
    meeting: 'shownOnTheWay',
    breaks: /^doubled: /,
  },
  {
    rule: 'a blob that was staged in part is never typed',
    changes: [
      {
        file: 'src/history/outside.js',
        from: 'if (untyped.has(file) || (partial.has(file) && parents.length > 1))',
        to: 'if (false)',
      },
    ],
    meeting: 'partialAdopted',
    breaks: /^doubled: ben shows badger/,
  },
  {
    rule: 'what was staged is named though a parent has got another state since',
    changes: [
      {
        file: 'src/room/commit-states.js',
        from: 'parents.every(({ commit }) => views.live().anchorsOf(commit).some(isBelow))',
        to: 'parents.every(isBelow)',
      },
    ],
    meeting: 'revivedWhileCommitted',
    breaks: /^doubled: walrus/,
  },
  {
    rule: 'anybody may name states of a commit without the trailer of the room',
    changes: [
      {
        file: 'src/history/judge.js',
        from: "if (committer === 'another' && facts.isOfRoom(entry.commit))",
        to: "if (committer !== 'author')",
      },
    ],
    meeting: 'underAnotherName',
    breaks: /^doubled: walrus/,
  },
  {
    rule: 'what is typed and not sealed yet has seen all that is here',
    changes: [{ file: 'src/journal/feed-index.js', from: 'if (operation >= operations)', to: 'if (false)' }],
    meeting: 'askedWhileTyping',
    breaks: /^throws: An update builds on operations that are not here/,
  },
  {
    rule: 'what was staged is named though it was renamed since',
    changes: [
      { file: 'src/room/commit-states.js', from: '[look.staged.get(path)?.file, shown', to: '[shown' },
      { file: 'src/room/commit-states.js', from: 'this.#fileOnceAt(path, look)', to: 'undefined' },
    ],
    meeting: 'renamedWhileCommitted',
    breaks: /^doubled: walrus/,
  },
  {
    rule: 'what was typed before the entries of others take effect has not seen them',
    changes: [
      {
        file: 'src/room/room.js',
        from: 'this.#feed?.sealOperations();\n        this.#take(',
        to: 'this.#take(',
      },
    ],
    meeting: 'typedBeforeObjectsCame',
    breaks: /^text: /,
  },
  {
    rule: 'nothing counts as durable, or is sent, before it is flushed',
    changes: [
      {
        file: 'src/testing/sim-feed-store.js',
        from: 'await this.#mount.flush();\n        for',
        to: 'void this.#mount.flush();\n        for',
      },
    ],
    meeting: 'powerCut',
    breaks: /^lost: walrus/,
  },
  {
    rule: 'the journal tells nobody of entries whose append has not ended',
    changes: [
      {
        file: 'src/room/journal-writer.js',
        from: 'await this.#options.store.append(',
        to: 'void this.#options.store.append(',
      },
    ],
    meeting: 'powerCutWhileFlushed',
    breaks: /^digest: /,
  },
  {
    rule: 'adoption types only what is missing',
    changes: [{ file: 'src/history/outside.js', from: 'known.set(file, part);', to: ';' }],
    meeting: 'adoptedHalfKnown',
    breaks: /^doubled: walrus/,
  },
  {
    rule: 'nothing is typed after several parents of which one is partial',
    changes: [{ file: 'src/history/outside.js', from: '(partial.has(file) && parents.length > 1)', to: 'false' }],
    meeting: 'partialMergedOutside',
    breaks: /^doubled: otter/,
  },
  {
    rule: 'a file beside another stays where the commit has it when that other is deleted',
    changes: [{ file: 'src/history/typed-from.js', from: 'return isKeptAway ? value', to: 'return true ? value' }],
    meeting: 'onlyTheOneBesideIsLeft',
    breaks: /^doubled: /,
  },
  {
    rule: 'it stays there though it was staged in part',
    changes: [{ file: 'src/history/outside.js', from: '{ ...value, path: from }', to: 'value' }],
    meeting: 'inPartBesideIsLeft',
    breaks: /^doubled: /,
  },
  {
    rule: 'an alias is not in a commit that changes the file which it equals',
    changes: [
      {
        file: 'src/history/targets.js',
        from: 'targets.set(file, path === undefined ? undefined',
        to: 'if (path !== undefined) targets.set(file, path === undefined ? undefined',
      },
    ],
    meeting: 'typedIntoOneOfTwoEqual',
    breaks: /^doubled: walrus/,
  },
  {
    rule: 'a diff keeps words',
    changes: [
      {
        file: 'src/document/text-diff.js',
        from: 'for (const run of alignTexts(before, after))',
        to: 'for (const run of [])',
      },
    ],
    meeting: 'wholeFiles',
    breaks: /^doubled: /,
  },
  {
    rule: 'a file that is renamed and changed outside is the file that it was',
    changes: [{ file: 'src/history/outside-renames.js', from: 'if (similarity >= leastSimilarity)', to: 'if (false)' }],
    meeting: 'renamedAndChangedOutside',
    breaks: /^doubled: /,
  },
  {
    rule: 'what a commit has built on is brought back and not typed again',
    changes: [{ file: 'src/history/typing.js', from: 'if (!restores ||', to: 'if (true ||' }],
    meeting: 'builtOnTheAdoptedState',
    breaks: /^doubled: /,
  },
  {
    rule: 'of those who bring states back the latest decides',
    changes: [
      {
        file: 'src/history/evaluator.js',
        from: 'return restoring.sort((a, b) => a.lamport - b.lamport ||',
        to: 'return restoring.sort((a, b) => b.lamport - a.lamport ||',
      },
    ],
    meeting: 'builtOnTheAdoptedState',
    breaks: /^(?:doubled|lost|blob): /,
  },
  {
    rule: 'who brings a state back speaks of all copies of which others have spoken',
    changes: [{ file: 'src/history/evaluator.js', from: ', ...this.#spokenOfIn(before)]', to: ']' }],
    meeting: 'builtOnThreeStates',
    breaks: /^(?:doubled|lost): /,
  },
  {
    rule: 'who brings a state back speaks of the copies of all rivals',
    changes: [{ file: 'src/history/evaluator.js', from: '[before, ...this.#rivalsOf(author)]', to: '[before]' }],
    meeting: 'builtOnThreeStates',
    breaks: /^(?:doubled|lost): /,
  },
  {
    rule: 'what is brought back is deleted by who deletes it meanwhile',
    changes: [
      {
        file: 'src/history/evaluator.js',
        from: '(counts.get(feed) ?? 0) > number',
        to: 'true',
      },
    ],
    meeting: 'deletedWhileBroughtBack',
    breaks: /^returned: lynx/,
  },
  {
    rule: 'a commit that is told as from outside has the states that operations here explain',
    changes: [
      {
        file: 'src/room/room-commits.js',
        from: 'if (named)\n            durable',
        to: 'if (false)\n            durable',
      },
    ],
    meeting: 'adoptedWhereItsWordsAre',
    breaks: /^doubled: ben shows walrus/,
  },
  {
    rule: 'in the feed of the committer the times of its entries are those of the commit',
    changes: [{ file: 'src/history/states-beside.js', from: 'this.#knownInFeeds(file, below, all)', to: '[]' }],
    meeting: 'committedByAFastClock',
    breaks: /^doubled: ben shows otter/,
  },
  {
    rule: 'what comes beside the telling of a commit may explain it',
    changes: [{ file: 'src/room/room-state.js', from: 'told.operated(past);', to: '' }],
    meeting: 'pulledBeforeItsWords',
    breaks: /^doubled: ben shows walrus/,
  },
  {
    rule: 'what the writer of a whole file deletes is found by its units where its text is not',
    changes: [
      { file: 'src/document/text-diff.js', from: 'isAllFound(own, kept) ? undefined : keptUnits()', to: 'undefined' },
    ],
    meeting: 'movedInAnOldReading',
    breaks: /^doubled: walrus/,
  },
  {
    rule: 'whoever changes a file deletes its aliases',
    changes: [{ file: 'src/room/room-files.js', from: 'this.#delete(alias);', to: ';' }],
    meeting: 'typedHereIntoOneOfTwoEqual',
    breaks: /^doubled: walrus/,
  },
  {
    rule: 'a commit of a file names its aliases that were deleted',
    changes: [{ file: 'src/room/commit-states.js', from: 'this.#nameDeletedAliases(path, look);', to: ';' }],
    meeting: 'typedHereIntoOneOfTwoEqual',
    breaks: /^refused: /,
  },
  {
    rule: 'what was typed for a file that the committer has staged in part is not shown',
    changes: [{ file: 'src/history/joined-anchor.js', from: 'join.inPart.has(file)', to: 'false' }],
    meeting: 'adoptedInPart',
    breaks: /^doubled: badger/,
  },
  {
    rule: 'a commit that holds both copies of a word brings the overruled one back only where the other is gone',
    changes: [
      { file: 'src/history/in-part.js', from: 'return (overruling.some(', to: 'return false && (overruling.some(' },
    ],
    meeting: 'stockHalfKnown',
    breaks: /^doubled: walrus/,
  },
  {
    rule: 'an overruled copy of which the other is gone comes back',
    changes: [
      { file: 'src/history/in-part.js', from: '.every((typed) => standsAnyway(told, typed))', to: '.length > 0' },
    ],
    meeting: 'adoptedInPartAndDeleted',
    breaks: /^lost: badger/,
  },
  {
    rule: 'a hidden copy is shown where somebody who saw both has deleted the other one',
    changes: [{ file: 'src/history/evaluator.js', from: 'this.#revived.in(state, by, twins)', to: '[]' }],
    meeting: 'oneCopyDeletedThenBoth',
    breaks: /^lost: walrus/,
  },
  {
    rule: 'who has seen one copy has deleted the word',
    changes: [{ file: 'src/history/revived-copies.js', from: 'saw.has(typed) === isOfOne', to: 'isOfOne' }],
    meeting: 'wordDeletedBesideItsCopy',
    breaks: /^returned: walrus/,
  },
  {
    rule: 'of two who share a client number one has another in the documents',
    changes: [
      {
        file: 'src/history/file-clients.js',
        from: 'if (!this.isShared && number > 0 && !this.#isTaken(number))',
        to: 'if (!this.isShared)',
      },
    ],
    meeting: 'oneNumber',
    breaks: /^lost: /,
  },
  {
    rule: 'the clients in an update are those among all that its writer had seen',
    changes: [
      {
        file: 'src/history/room-history.js',
        from: 'clients.isShared ? clients.among([...this.clocks.writersOf(file, past), feed]) : undefined',
        to: 'undefined',
      },
    ],
    meeting: 'oneNumber',
    breaks: /^lost: /,
  },
]
