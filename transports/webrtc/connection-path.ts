const nearToFar = ['host', 'prflx', 'srflx', 'relay']

/** How a connection runs, from the reports of getStats: 'webrtc' and the farther candidate type of the pair in use. */
export function connectionPath(reports: readonly Record<string, unknown>[]): string {
  const byId = new Map(reports.map((report) => [report['id'], report]))
  const transport = reports.find((report) => report['type'] === 'transport' && report['selectedCandidatePairId'])
  const pair =
    (transport && byId.get(transport['selectedCandidatePairId'])) ??
    reports.find((report) => report['type'] === 'candidate-pair' && (report['selected'] ?? report['nominated']))
  const distances = [pair?.['localCandidateId'], pair?.['remoteCandidateId']].map((id) =>
    nearToFar.indexOf(String(byId.get(id)?.['candidateType'])),
  )
  const farther = nearToFar[Math.max(...distances)]
  return farther ? `webrtc ${farther}` : 'webrtc'
}
