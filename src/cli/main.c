/* main.c: the program `deflect`: finds the command and runs it. */
#include <config.h>

#include <stdio.h>

int main(void)
{
    (void)puts(PACKAGE_STRING);
    return 0;
}
