/** Selects the services that are chosen at the top of the dashboard. */
export const OURS = 'job=~"$job"';
