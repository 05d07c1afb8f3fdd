"""What labels are: pure values and rules, standard library only, no input or output, no clock."""
