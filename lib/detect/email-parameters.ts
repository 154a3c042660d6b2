/**
 * Every number that the detection of failing and of missing e-mails goes by, the same live, in backtests and in benchmarks. They were chosen
 * on simulated traffic of other seeds than those that judge them; docs/detection.md says how, and what was measured.
 */
export const FAILURE = {
  /** Shares of a segment's e-mails that fail in an incident, and how likely each is beforehand. */
  severities: [0.03, 0.06, 0.12, 0.25, 0.5, 0.97],
  severityWeights: [0.04, 0.06, 0.08, 0.18, 0.12, 0.52],
  /** Incidents an hour, over all reasons and segments. */
  hazardPerHour: 1 / 720,
  /** How they are shared among segments, by key or by dimension (`allAlone`: the whole, where nobody tells which profiles are new): of e-mails without an address, and of those that fail for another reason. */
  addressWeights: {
    'profile:new': 0.6,
    all: 0.03,
    allAlone: 0.05,
    profile: 0.01,
    office: 0.02,
    type: 0.01,
    domain: 0.01,
  },
  otherWeights: {
    'profile:new': 0.01,
    all: 0.02,
    allAlone: 0.05,
    profile: 0.01,
    office: 0.01,
    type: 0.005,
    domain: 0.02,
  },
  /** The time between two e-mails counts as at least and at most so many hours in which an incident can have begun. */
  leastGapHours: 0.12,
  mostGapHours: 2,
  /** Odds at which a page is worth the trouble of a needless one. */
  pageCost: 0.35,
  /** Weight of the newest gap between e-mails in the smoothed one. */
  gapWeight: 0.2,
  /** Fewer failures are never a spike. */
  leastFailures: 2,
  /** Odds below so many times what time brings by itself are no suspicion. */
  restFactor: 2,
  /** An alarm ends when the odds against its going on are e to this power, and so many went well in a row. */
  calmLogOdds: 3.5,
  leastGood: 5,
  /** Part of the odds that another severity keeps during an alarm. */
  milderPart: 0.02,
  /** It has become worse when its share has grown by this factor. */
  worseFactor: 1.5,
  /** What is usual: days that are not trusted yet, time constants in days, e-mails from which on history is enough. */
  lagDays: 2,
  usualDays: 45,
  driftDays: 8,
  enoughHistory: 1000,
  leastHistory: 50,
  leastRate: 0.0005,
  /** Weight in failures with which a segment is drawn to the whole, and the common movement to none. */
  segmentFailures: 3,
  driftFailures: 20,
  /** Variance of the logarithm of the usual rate since the days that are known. */
  driftVariance: 0.05,
  /** Segments kept of one reason. */
  mostSegments: 40,
} as const

export const SILENCE = {
  /** Days of history before silence is noticed. */
  leastHistoryDays: 14,
  /** Evidence needed (nats) at one e-mail an hour, its growth with the logarithm of the traffic, and its bounds. */
  needed: 6.8,
  perLogTraffic: 1.5,
  leastNeeded: 5,
  mostNeeded: 16,
  /** So much more for new trainees alone, and for any other part: the whole falls silent more often than a part. */
  newNeeded: 1.2,
  otherNeeded: 2.2,
  /** For so many hours after an alarm so much more is needed. */
  wearyHours: 12,
  wearyNeeded: 3,
  /** Shape of the gamma distribution by which the true rate strays from the expected one. */
  dispersion: 20,
  /** Weights, in e-mails, of what is believed of an hour: by the like hour of all e-mails, by the kind of day, by the other weekdays. */
  likeWeight: 20,
  kindWeight: 8,
  weekdayWeight: 40,
  /** An hour that brings more than others of its kind is trusted up to this factor. */
  trustedFactor: 1.3,
  partWeight: 10,
  /** Level of late: weight of the usual one in e-mails, and memory in days. */
  levelPrior: 40,
  levelDays: 4,
  /** Memory of habits, in weeks. */
  habitWeeks: 12,
  /** Days around a cohort's first day in which traffic is not the usual. */
  beforeCohortDays: 15,
  afterCohortDays: 10,
  /** An e-mail is late after so many minutes; so many of them within some minutes were held back. */
  lateMinutes: 15,
  lateWindowMinutes: 15,
  leastLate: 6,
  /** Minutes without a sign of our own after which time was not watched. */
  blindMinutes: 15,
} as const
