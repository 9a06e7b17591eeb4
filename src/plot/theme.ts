/** Colours, fonts and sizes of all figures; the one place to change them. */

/** Okabe and Ito's colours, told apart with every common kind of colour blindness (jfly.uni-koeln.de/color). */
export const okabeIto = {
  black: '#000000',
  orange: '#E69F00',
  skyBlue: '#56B4E9',
  green: '#009E73',
  yellow: '#F0E442',
  blue: '#0072B2',
  vermillion: '#D55E00',
  purple: '#CC79A7',
} as const

/** Figures have Arimo inside (fonts.node.ts); Arial and Helvetica have the same widths, where a figure lacks it. */
export const fontFamily = 'Arimo, Arial, Helvetica, sans-serif'

/** In pixels of the SVG. Nothing is below 11, so that a figure shown at half its size stays readable at scale 2. */
export const fontSizes = { label: 12, axisTitle: 13, title: 17, subtitle: 13, banner: 14 } as const

export const ink = { text: '#222222', muted: '#555555', grid: '#E4E4E4', background: '#FFFFFF' } as const

/** For what nobody may overlook: "synthetic data". */
export const bannerColour = '#B3001B'

/** Space around a figure. */
export const margin = 14

/** Vega-Lite's `config` of every figure. */
export const vegaConfig = {
  background: ink.background,
  font: fontFamily,
  view: { stroke: null },
  axis: {
    labelFontSize: fontSizes.label,
    titleFontSize: fontSizes.axisTitle,
    titleFontWeight: 'normal',
    labelLimit: 0,
    labelColor: ink.text,
    titleColor: ink.text,
    titlePadding: 10,
    gridColor: ink.grid,
    domainColor: ink.muted,
    tickColor: ink.muted,
  },
  legend: {
    labelFontSize: fontSizes.label,
    titleFontSize: fontSizes.label,
    labelLimit: 0,
    labelColor: ink.text,
    symbolSize: 80,
  },
} as const
