/** Header in which the proxy hands the address of a visit on; what a browser sends in it is overwritten. */
export const ADDRESS_HEADER = 'x-spillway-address'
