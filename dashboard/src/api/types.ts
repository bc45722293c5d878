// Written from the OpenAPI document by `make docs`; changes here are lost.

export interface Accuracy {
  scored: number;
  regions: number;
  coverage_50: number;
  coverage_95: number;
  compared: number;
  better_than_baseline: number;
  median_relative_wis: number | null;
  known_by: string;
}

export interface AcknowledgedShape {
  at: string;
  actor: string;
  note: string;
}

export interface Actual {
  dates: string[];
  values: (number | null)[];
  incidence: (number | null)[];
}

export interface AlertRecordShape {
  rules: RuleRecordShape[];
}

export type AlertRule = "risk-red" | "outbreak-likely" | "trend-turns" | "data-stale" | "provider-down" | "edition-old";

export interface AlertShape {
  number: number;
  id: string;
  rule: AlertRule;
  title: string;
  region: string | null;
  region_name: string | null;
  signal: string | null;
  subject: string | null;
  state: "open" | "cleared" | "expired";
  raised_at: string;
  changed_at: string;
  edition: number | null;
  value: number | null;
  reason: string;
  acknowledged: AcknowledgedShape | null;
  came_true: boolean | null;
}

export interface AlertsShape {
  alerts: AlertShape[];
  next_cursor: string | null;
}

export interface AllForecasts {
  edition: EditionShape;
  regions: Forecast[];
  refusals: Refusal[];
  next_cursor: string | null;
}

export interface ApartShape {
  values: number;
  mean_wis: number | null;
}

export interface AuditShape {
  events: LockEventShape[];
  earlier: number | null;
  pruned: number;
}

export interface CallNumbers {
  count: number;
  failed: number;
  error_rate: number | null;
  possibly_billed: number;
  tokens: number;
  cost_usd: number;
  seconds_median: number | null;
  seconds_p95: number | null;
}

export interface Chart {
  region: string;
  name: string;
  signal: string;
  unit: string;
  measure: string;
  cadence: string;
  source: string;
  last_date: string;
  outbreak_threshold: number | null;
  cases: Line;
  deaths: Line | null;
  edition: EditionShape;
}

export interface CheckNumbers {
  count: number;
  passed: number;
  failed: number;
  network_down: number;
  seconds_median: number | null;
  seconds_p95: number | null;
}

export interface CheckShape {
  at: string;
  passed: boolean;
  kind: string | null;
  rule: string;
  message: string;
  seconds: number;
  reached: boolean;
  network_down: boolean;
  notes: string[];
}

export interface ContextShape {
  signal: string;
  unit: string;
  measure: string;
  cadence: string;
  source: string;
  last_date: string;
  cutoff: string;
  horizons: number[];
  target_dates: string[];
  quantile_levels: number[];
  quantiles: ((number | null)[])[];
  deaths_quantiles: ((number | null)[])[] | null;
  population: number | null;
  growth_probability: number | null;
  outbreak_threshold: number | null;
  trend_probabilities: Record<string, number> | null;
  risk_level_probabilities: Record<string, number> | null;
  volatility: number | null;
  completeness: number | null;
  record: RecordHereShape | null;
  edition: number | null;
  lock_number: number | null;
  findings: Note[];
  reasons: Record<string, string>;
}

export interface Counts {
  risk_level: Record<string, number>;
  trend: Record<string, number>;
}

export interface CountsShape {
  releases: number;
  values: number;
  withdrawn: number;
  rejected: number;
  rejected_by_code: Record<string, number>;
}

export interface CoverageOf {
  key: string;
  values: number;
  intervals: IntervalShape[];
  quantiles: QuantileShape[];
}

export interface CoverageShape {
  provider: string | null;
  source: string | null;
  signal: string | null;
  region: string | null;
  by: string | null;
  settles_after_days: number;
  scored: number;
  reason: string | null;
  apart: Record<string, ApartShape>;
  waiting: WaitingShape[];
  overall: CoverageOf;
  groups: CoverageOf[];
}

export interface CurvePoint {
  probability: number;
  frequency: number;
  low: number;
  high: number;
  pairs: number;
}

export interface CycleShape {
  number: number;
  trigger: string;
  slot: string | null;
  started_at: string;
  ended_at: string | null;
  outcome: "done" | "unchanged" | "failed" | "skipped" | null;
  edition: number | null;
}

export interface CycleWithSteps {
  number: number;
  trigger: string;
  slot: string | null;
  started_at: string;
  ended_at: string | null;
  outcome: "done" | "unchanged" | "failed" | "skipped" | null;
  edition: number | null;
  steps: StepShape[];
}

export interface CyclesShape {
  cycles: CycleShape[];
  slots: SlotShape[];
  schedule: ScheduleShape;
  next_slot: string | null;
}

export interface DashboardShape {
  at: string;
  verdict: "healthy" | "degraded" | "failing" | null;
  lock: LockShape;
  changes: LockEventShape[];
  providers: ProviderHealthShape[];
  metrics: ProviderNumbers[];
  monitor: MonitorShape;
}

export interface DerivedShape {
  how: string;
  parts: string[];
  missing: string[];
  population_share: number | null;
}

export interface EditionShape {
  number: number;
  provider: string;
  lock_number: number;
  timestamp: string;
  cutoff: string;
  forecasts: number;
  refused: number;
  inputs_digest: string;
  slot: string | null;
  digest: string;
  previous_digest: string;
  withdrawn: Withdrawn | null;
}

export interface EditionUp {
  number: number;
  provider: string;
  timestamp: string;
  age_seconds: number;
}

export interface EditionsShape {
  editions: EditionShape[];
  next_cursor: string | null;
}

export interface ErrorShape {
  kind: string;
  rule: string;
  message: string;
  at: string;
}

export interface Expected {
  dates: string[];
  values: (number | null)[];
  median: (number | null)[];
  intervals: Interval[];
}

export interface FetchShape {
  part: string;
  at: string;
  outcome: "new" | "unchanged" | "missing" | "failed";
  code: string | null;
  message: string | null;
  n_bytes: number;
  seconds: number;
}

export interface FindingShape {
  code: string;
  verdict: "healthy" | "degraded" | "failing";
  message: string;
  remedy: string;
}

export interface Forecast {
  region: string;
  actual_cases: number | null;
  actual_deaths: number | null;
  forecasted_cases: Step[];
  forecasted_deaths: Step[];
  confidence_score: number | null;
  risk_level: "RED" | "YELLOW" | "GREEN" | null;
  risk_score: number | null;
  outbreak_probability: number | null;
  trend: "increasing" | "decreasing" | "stable" | null;
  timestamp: string;
  provider: string;
  context: ContextShape;
  readable: Readable;
}

export interface FreshnessShape {
  last_fetch: FetchShape | null;
  outcome: "new" | "unchanged" | "missing" | "failed" | null;
  last_success_at: string | null;
  newest_target_date: string | null;
  newest_as_of: string | null;
  age_days: number | null;
  stale_after_days: number;
  stale: boolean | null;
}

export interface GlobalForecast {
  region: string;
  actual_cases: number | null;
  actual_deaths: number | null;
  forecasted_cases: Step[];
  forecasted_deaths: Step[];
  confidence_score: number | null;
  risk_level: "RED" | "YELLOW" | "GREEN" | null;
  risk_score: number | null;
  outbreak_probability: number | null;
  trend: "increasing" | "decreasing" | "stable" | null;
  timestamp: string;
  provider: string;
  context: ContextShape;
  readable: Readable;
  world: WorldParts;
  edition: EditionShape;
}

export interface HealthShape {
  verdict: "healthy" | "degraded" | "failing" | null;
  checked_at: string | null;
  findings: FindingShape[];
  edition: EditionUp | null;
  edition_trouble: string | null;
  lock: LockHeld | null;
  last_slot: SlotShape | null;
  next_slot: string | null;
  schedule_paused: boolean | null;
  unreadable: string | null;
  service: ServiceShape;
}

export interface InShort {
  region: string;
  name: string;
  signal: string;
  risk_score: number | null;
  risk_level: "RED" | "YELLOW" | "GREEN" | null;
  trend: "increasing" | "decreasing" | "stable" | null;
  growth_probability: number | null;
  outbreak_probability: number | null;
  confidence_score: number | null;
  last_date: string;
}

export interface Interval {
  coverage: number;
  low: (number | null)[];
  high: (number | null)[];
}

export interface IntervalShape {
  nominal: number;
  covered: number | null;
}

export interface LevelsShape {
  pairs: number;
  ranked_probability_score: number | null;
  one_against_rest: Record<string, EvaluationShapesEventShape>;
}

export interface Line {
  signal: string | null;
  actual: Actual;
  forecast: Expected | null;
}

export interface LockHeld {
  provider: string | null;
  number: number;
  consecutive_failures: number;
}

export interface LockShape {
  locked_provider: string | null;
  is_locked: boolean;
  lock_acquired_at: string | null;
  consecutive_failures: number;
  total_failures: number;
  next_provider: string | null;
  provider_priority: string[];
  enabled_providers: string[];
  audit_trail_count: number;
  number: number;
  reason: string;
  providers: Record<string, "healthy" | "degraded" | "unavailable" | "unconfigured">;
  parked: ParkedShape[];
  runner: RunnerShape | null;
}

export interface MarkShape {
  check: string;
  severity: "error" | "warning" | "note";
  first_date: string | null;
  last_date: string | null;
  count: number;
  message: string;
  explain: string;
}

export interface Missing {
  region: string;
  reason: string;
}

export interface MonitorShape {
  enabled: boolean;
  interval_seconds: number;
  running: boolean;
  last_look_at: string | null;
  looks: number;
  network_down: boolean;
}

export interface Note {
  code: string;
  severity: "note" | "refuse";
  message: string;
}

export interface ParkedShape {
  provider: string;
  reason: string;
  until: string;
  streak: number;
}

export interface ProviderHealthShape {
  provider: string;
  status: "healthy" | "degraded" | "unavailable" | "unconfigured";
  why: string;
  last_check: CheckShape | null;
  checks_failed_in_a_row: number;
  check_seconds: number | null;
  calls: number;
  call_seconds: number | null;
  error_rate: number | null;
  consecutive_failures: number;
  last_error: ErrorShape | null;
  parked_until: string | null;
}

export interface ProviderNumbers {
  provider: string;
  checks: CheckNumbers;
  calls: CallNumbers;
}

export interface ProviderShape {
  name: string;
  title: string;
  priority: number;
  enabled: boolean;
  configured: boolean;
  lacks: string | null;
  status: "healthy" | "degraded" | "unavailable" | "unconfigured";
  model: string | null;
  trained_until: string | null;
  context_tokens: number | null;
  answer_tokens: number | null;
  price_in: number | null;
  price_out: number | null;
  daily_tokens: number | null;
  daily_usd: number | null;
  as_of: string | null;
}

export interface ProvidersShape {
  providers: ProviderShape[];
}

export interface QuantileShape {
  level: number;
  at_most: number | null;
  below: number | null;
}

export interface Readable {
  actual_cases: string | null;
  actual_deaths: string | null;
  forecasted_cases: string[];
  forecasted_deaths: string[];
  intervals: ReadableInterval[];
  risk_score: string | null;
  confidence_score: string | null;
  outbreak_probability: string | null;
  growth_probability: string | null;
}

export interface ReadableInterval {
  coverage: number;
  low: string | null;
  high: string | null;
}

export interface RecordHereShape {
  scored: number;
  weeks: number;
  relative_wis: number | null;
  coverage_50: number;
  coverage_95: number;
  known_by: string;
}

export interface Refusal {
  region: string;
  signal: string;
  code: string;
  message: string;
}

export interface RegionShape {
  code: string;
  name: string;
  kind: "world" | "country" | "subdivision";
  parent: string | null;
  population: number | null;
  latitude: number | null;
  longitude: number | null;
  sources: string[];
  primary_signal: string | null;
}

export interface RegionsShape {
  regions: RegionShape[];
  left_out: number;
  next_cursor: string | null;
}

export interface ReliabilityOf {
  key: string;
  claims: Record<string, EvaluationShapesEventShape>;
  levels: Record<string, LevelsShape>;
}

export interface ReliabilityShape {
  provider: string | null;
  source: string | null;
  signal: string | null;
  region: string | null;
  by: string | null;
  settles_after_days: number;
  scored: number;
  reason: string | null;
  apart: Record<string, ApartShape>;
  waiting: WaitingShape[];
  overall: ReliabilityOf;
  groups: ReliabilityOf[];
}

export interface RevisionShape {
  target_date: string;
  value: number | null;
  as_of: string;
}

export interface RevisionsShape {
  region: string;
  name: string;
  signal: string;
  unit: "count" | "per_100k" | "share";
  measure: "incident" | "cumulative";
  cadence: "daily" | "weekly";
  source: string;
  title: string;
  home: string | null;
  licence: string;
  attribution: string;
  redistribute: boolean;
  note: string | null;
  as_of: string | null;
  other_sources: string[];
  revisions: RevisionShape[];
  left_out: number;
  next_cursor: string | null;
}

export interface RuleRecordShape {
  rule: AlertRule;
  raised: number;
  hits: number;
  false_alarms: number;
  precision: number | null;
  waiting: number;
  unknown: number;
  withdrawn: number;
  hindsight: number;
}

export interface RunnerShape {
  pid: number;
  since: string;
  alive: boolean;
}

export interface ScheduleShape {
  number: number;
  since: string | null;
  interval_seconds: number;
  paused: boolean;
  reason: string;
  actor: string;
}

export interface ScoresOf {
  key: string;
  values: number;
  means: Record<string, number | null>;
  relative_wis: number | null;
  relative_log_wis: number | null;
  compared: number;
}

export interface ScoresShape {
  provider: string | null;
  source: string | null;
  signal: string | null;
  region: string | null;
  by: string | null;
  settles_after_days: number;
  scored: number;
  reason: string | null;
  apart: Record<string, ApartShape>;
  waiting: WaitingShape[];
  overall: ScoresOf;
  groups: ScoresOf[];
}

export interface SeriesShape {
  region: string;
  name: string;
  signal: string;
  unit: "count" | "per_100k" | "share";
  measure: "incident" | "cumulative";
  cadence: "daily" | "weekly";
  source: string;
  title: string;
  home: string | null;
  licence: string;
  attribution: string;
  redistribute: boolean;
  note: string | null;
  as_of: string | null;
  newest_as_of: string | null;
  marks: MarkShape[] | null;
  other_sources: string[];
  derived: DerivedShape | null;
  values: ValueShape[];
  next_cursor: string | null;
}

export interface ServiceShape {
  version: string;
  started_at: string;
  uptime_seconds: number;
}

export interface SignalShape {
  signal: string;
  unit: "count" | "per_100k" | "share";
  measure: "incident" | "cumulative";
  cadence: "daily" | "weekly";
  deaths: string | null;
  primary: boolean;
  asked: boolean;
}

export interface SlotShape {
  slot: string;
  outcome: "done" | "failed" | "skipped";
  code: string | null;
  reason: string;
  recorded_at: string;
  cycle: number | null;
  edition: number | null;
}

export interface SourceShape {
  name: string;
  title: string;
  home: string | null;
  licence: string;
  attribution: string;
  redistribute: boolean;
  note: string | null;
  vintages: "own" | "snapshots" | "retrieval";
  archive: boolean;
  network: boolean;
  key_variable: string | null;
  key_needed: boolean;
  key_is_set: boolean;
  unusable: string | null;
  read: boolean;
  every_seconds: number;
  signals: SignalShape[];
  freshness: FreshnessShape;
  last_fault: FetchShape | null;
  failing_parts: string[];
  counts: CountsShape;
}

export interface SourcesShape {
  sources: SourceShape[];
  next_cursor: string | null;
}

export interface Step {
  day: number;
  value: number;
}

export interface StepShape {
  name: string;
  started_at: string;
  ended_at: string;
  outcome: "done" | "unchanged" | "failed" | "skipped";
  message: string;
  code: string | null;
  remedy: string | null;
  attempts: number;
}

export interface Summary {
  region_count: number;
  left_out: string[];
  counts: Counts;
  highest_risk: InShort[];
  rising: InShort[];
  falling: InShort[];
  accuracy: Accuracy | null;
  reasons: Record<string, string>;
  refused: Refusal[];
  explanation: string;
  explanation_by: string;
  edition: EditionShape;
}

export interface ValueShape {
  target_date: string;
  value: number | null;
  as_of: string | null;
  completeness: number | null;
}

export interface WaitingShape {
  provider: string;
  source: string;
  values: number;
  next_at: string | null;
  unknown: number;
}

export interface Withdrawn {
  at: string;
  reason: string;
  actor: string;
}

export interface Within {
  region: string;
  part: string;
}

export interface WorldParts {
  parts: string[];
  missing: Missing[];
  counted_within: Within[];
  all_report: boolean;
  population_of_parts: number | null;
  counts: Counts;
}

export interface EvaluationShapesEventShape {
  pairs: number;
  frequency: number | null;
  brier: Record<string, number | null>;
  calibration_error: number | null;
  roc_area: number | null;
  reason: string | null;
  curve: CurvePoint[];
}

export interface LockEventShape {
  timestamp: string;
  event_type: string;
  provider: string | null;
  details: Record<string, unknown>;
}
