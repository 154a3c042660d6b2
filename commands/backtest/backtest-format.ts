/**
 * A format of events and answers on standard input and output. Called once a run; what it returns is called with each line in turn and gives
 * the lines to write before the next one is read. Throws on a line that it cannot understand, saying what is wrong with it.
 */
export type BacktestFormat = () => (line: string) => readonly string[]
