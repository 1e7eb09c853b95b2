export const WIDTH = 1_200;
export const LEFT = 130;
export const RIGHT = 80;
export const HEAD_HEIGHT = 90;
export const LOAD_HEIGHT = 260;
export const GAP_HEIGHT = 60;
export const LANE_HEIGHT = 26;
export const FOOT_HEIGHT = 50;
export const BAR_WIDTH_MIN = 3;

/** The background is drawn too, so that it looks the same on light and dark pages. */
export const BACKGROUND = '#ffffff';
export const TEXT = {
  color: '#1f2937',
  fontFamily: 'system-ui, -apple-system, Segoe UI, Roboto, sans-serif',
};
export const GRID_LINE = '#e5e7eb';
export const P99_COLOR = '#1e3a8a';
export const RECOVERY_COLOR = '#15803d';

export const AREAS = [
  { name: 'accepted', figure: 'accepted', color: '#86efac' },
  { name: 'refused (4xx)', figure: 'refused', color: '#cbd5e1' },
  { name: '5xx or no answer', figure: 'failed', color: '#ef4444' },
] as const;

/** One colour per kind of fault. */
export const FAULT_COLORS = [
  '#dc2626',
  '#d97706',
  '#7c3aed',
  '#0891b2',
  '#db2777',
  '#65a30d',
  '#2563eb',
  '#b45309',
  '#0d9488',
  '#9333ea',
  '#475569',
];
