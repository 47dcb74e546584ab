from reports.charts.items import BOTTOM, LEFT, RIGHT, TOP, histogram, scatter


def test_each_result_is_in_one_bar_and_a_full_one_in_the_last():
    results = [(0, 4), (1, 10), (0.3, 1), (0.7, 1), (3, 4), (4, 4), (0, 0)]

    found = histogram(results, 75)

    counts = [bar.count for bar in found.bars]
    assert counts == [2, 1, 0, 1, 0, 0, 0, 2, 0, 1]
    assert sum(bar.share or 0 for bar in found.bars) == 1


def test_bars_stand_in_the_field_and_the_highest_value_of_the_axis_is_not_below_them():
    for size in (1, 7, 99, 4321):
        found = histogram([(3, 4)] * size + [(1, 4)], 75)

        assert found.up[-1].value >= size
        assert len(found.up) <= 6
        assert all(TOP <= bar.y <= bar.y + bar.height == BOTTOM for bar in found.bars)
        assert all(bar.x >= LEFT and bar.x + bar.width <= RIGHT for bar in found.bars)


def test_without_results_there_are_bars_without_height():
    assert {(bar.count, bar.share, bar.height) for bar in histogram([], 75).bars} == {(0, None, 0)}


def test_the_good_field_lies_between_its_limits():
    found = scatter([(1, 50.0, 20.0, False)], easy=95, hard=20, weak=20)

    point = found.points[0]
    assert found.good_x < point.x < found.good_x + found.good_width
    assert found.good_y + found.good_height == point.y


def test_questions_that_harm_have_room_below():
    found = scatter([(1, 50.0, -95.0, True)], easy=95, hard=20, weak=20)

    assert found.up[0].value == -100
    assert found.points[0].y < BOTTOM
