/**
 * @file style.c  What the meaning of a cell looks like on a terminal
 */
#include "tui/style.h"
#include "tui/canvas.h"


struct style style_of(unsigned attr, bool colours)
{
	struct style st = { .reverse = (attr & ATTR_REV) != 0 };

	switch ((enum attr)(attr & ATTR_MASK)) {

	case ATTR_NORMAL:                                       break;
	case ATTR_BOLD:         st.bold = true;                 break;
	case ATTR_GOOD:         st.colour = COLOUR_GREEN;       break;
	case ATTR_WARN:         st.colour = COLOUR_YELLOW;      break;
	case ATTR_BAD:          st.colour = COLOUR_RED;         break;
	case ATTR_DIM:          st.dim = true;                  break;
	}

	/* What is red stands out without colours, too. */
	if (!colours) {
		st.bold = st.bold || st.colour == COLOUR_RED;
		st.colour = COLOUR_OWN;
	}

	return st;
}


/* b bold, d dim, r g y colours, . plain; capitals when reversed, X plain */
char style_letter(struct style st)
{
	char letter = '.';

	switch (st.colour) {

	case COLOUR_OWN:        letter = '.';   break;
	case COLOUR_RED:        letter = 'r';   break;
	case COLOUR_GREEN:      letter = 'g';   break;
	case COLOUR_YELLOW:     letter = 'y';   break;
	}

	if (st.bold)
		letter = 'b';
	if (st.dim)
		letter = 'd';
	if (!st.reverse)
		return letter;

	return letter == '.' ? 'X' : (char)(letter - 'a' + 'A');
}
