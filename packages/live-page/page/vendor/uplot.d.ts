// For the type check only: the gateway serves uPlot's own file under this name.
import uPlot from 'uplot';

// biome-ignore lint/style/noDefaultExport: it is the package's only export.
export default uPlot;
