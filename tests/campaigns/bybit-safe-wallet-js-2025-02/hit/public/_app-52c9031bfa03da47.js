// inert: the two addresses that the swapped script looked for
const targets = ["0x96221423681a6d52e184d440a8efcebb105c7242", "0xbdd077f651ebe7f7b3ce16fe5f2b025be2969516"];
